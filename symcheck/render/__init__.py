"""How a page looks: blocks, formulas and prose as text, Markdown or LaTeX, whatever the page is about."""
