// How many primes there are below a number, the slow way.
int primes(int below) {
  int count = 0;
  for (int n = 2; n < below; n++) {
    int d = 2;
    while (d * d <= n && n % d != 0) d++;
    if (d * d > n) count++;
  }
  return count;
}
