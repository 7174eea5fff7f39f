"""The page in Streamlit: map, panel, sections, dialogs, charts. The only room that imports streamlit."""
