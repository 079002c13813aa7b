namespace EdgeStream.Storage;

/// <summary>A small value under a name that a log keeps beside its records and sets in one step with them.</summary>
/// <param name="Name">The name: what is set again replaces what was there.</param>
/// <param name="Value">The value; empty takes the name away.</param>
public readonly record struct LogCheckpoint(string Name, ReadOnlyMemory<byte> Value);
