namespace EdgeStream.Benchmarks;

/// <summary>An area needs something that is not in the repository; the message says what, and how to name it.</summary>
internal sealed class MissingInputException(string message) : Exception(message);
