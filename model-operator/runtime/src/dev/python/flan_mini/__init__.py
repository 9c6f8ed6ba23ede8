"""The recipe of flan-mini, the small checkpoint that ships with Flanstream."""
