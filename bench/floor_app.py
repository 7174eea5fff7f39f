"""The least that a Streamlit page can be: one widget and one line. What it costs, every Streamlit page costs."""

import streamlit as st

DISTRICTS = ("松江区", "金山区", "奉贤区", "宝山区")

chosen = st.sidebar.multiselect("行政区", DISTRICTS)
st.metric("地点数", len(chosen))
st.html(f"<p class='bench-floor' data-state='{'-'.join(['all', *chosen])}'>map</p>")
