"""gradcheck on other people's packages: what it finds there, beside a person's verdict on each finding."""
