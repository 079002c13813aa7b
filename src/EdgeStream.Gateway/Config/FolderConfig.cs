namespace EdgeStream.Gateway.Config;

/// <summary>A local folder that takes deliveries.</summary>
/// <param name="Path">The folder.</param>
/// <param name="SizeBytesMax">What the folder may hold.</param>
internal sealed record FolderConfig(string Path, long SizeBytesMax);
