"""Why a gradient is bad: the record of every operation, and the line that cuts the path."""
