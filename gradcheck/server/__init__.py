"""The language server: findings while one types, the page of a rule on hover, fixes as code actions.

Needs the extra `lsp`; nothing else in the package imports it.
"""
