"""What makes a program's parts train when it trains nothing by itself."""
