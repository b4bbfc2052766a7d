"""The process that runs a program: started by its path, says everything through a file."""
