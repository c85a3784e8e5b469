"""Neural style transfer (Gatys, Ecker and Bethge 2016): a picture is optimised until its features are those wanted."""
