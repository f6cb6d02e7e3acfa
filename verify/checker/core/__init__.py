"""From the bytes of a stranger's file to exact values, balls, signs of eigenvalues, and answers."""
