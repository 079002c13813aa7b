namespace EdgeStream.Storage;

/// <summary>One change of one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its new value; null when the key is gone.</param>
internal readonly record struct StateChange(string Key, byte[]? Value);
