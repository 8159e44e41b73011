"""What an answer is made of: verdict, tier, witness, step, finding, case, prediction."""
