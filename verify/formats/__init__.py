"""What commands print for programs: the shape of every JSON document, SARIF, JUnit, and what each reason means.

Nothing here makes a verdict, and nothing here is trusted. It needs the standard library and the checker only, so that
`verify check` has all its formats where only the checker is installed. `records.py` says what every document holds,
`schema.py` makes the JSON Schemas of docs/schemas/ from it, `check.py` has the writers of `verify check`.
"""
