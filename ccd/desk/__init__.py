"""The desk: the page of operators and doctors, its API and its sockets."""
