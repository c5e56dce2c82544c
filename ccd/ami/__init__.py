"""The AMI edge: what happens on the Asterisk comes in, what it should do goes out."""
