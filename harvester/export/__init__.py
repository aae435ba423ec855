"""What leaves: a comparison, a trial or a report, in one module a form; ``files`` lists the forms.

comparison -> json, html; comparison -> report -> csv, xlsx, docx, markdown, latex
comparison -> drawings -> svg, png; trial -> fhir, schema_org, registry_csv
"""
