// The least that starting a program can cost.
int main(void) { return 0; }
