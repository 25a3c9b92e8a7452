"""A report in the formats that others read: JSON, SARIF, Markdown and a page of HTML."""
