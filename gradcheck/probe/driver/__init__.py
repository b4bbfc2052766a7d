"""The parent: starts the child, watches over it, joins what it said."""
