"""Postgres: the embedded server, migrations and one repository module per aggregate.

The only place with SQL. Repository functions take an open transaction (`Database.session`) first
and give values back; large results are columns of numpy arrays.
"""
