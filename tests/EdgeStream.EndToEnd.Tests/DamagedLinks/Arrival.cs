namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>A record as a destination holds it.</summary>
/// <param name="Key">The partition key.</param>
/// <param name="Number">Its number, which no other record has.</param>
/// <param name="Id">The id that came with it, the same for repeats; null where none comes.</param>
internal readonly record struct Arrival(string Key, int Number, string? Id = null);
