# Sigal's defaults, but prints of our size.
thumb_size = (120, 120)
