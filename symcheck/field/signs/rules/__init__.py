"""The rules of the ladder, one a file: each proves a sign on a box or says nothing."""
