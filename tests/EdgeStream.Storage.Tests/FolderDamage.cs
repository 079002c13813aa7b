namespace EdgeStream.Storage.Tests;

/// <summary>What can happen to a file of a log.</summary>
internal static class FolderDamage
{
    private const int SectorSizeBytes = 512;

    /// <summary>A file's bytes after it was hit; says what was done.</summary>
    internal static byte[] Hit(Random random, string name, byte[] bytes, List<string> descriptions)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        var at = random.Next(4) == 0 ? random.Next(Math.Min(bytes.Length, 256)) : random.Next(bytes.Length);
        switch (random.Next(6))
        {
            case 0:
                descriptions.Add($"{name} bit at {at}");
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                descriptions.Add($"{name} byte at {at}");
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                var sector = at / SectorSizeBytes * SectorSizeBytes;
                var sectors = Math.Min(bytes.Length - sector, SectorSizeBytes * random.Next(1, 17));
                descriptions.Add($"{name} zeros from {sector}, {sectors} bytes");
                bytes.AsSpan(sector, sectors).Clear();
                return bytes;
            case 3:
                var noise = Math.Min(bytes.Length - at, random.Next(1, 5000));
                descriptions.Add($"{name} noise from {at}, {noise} bytes");
                random.NextBytes(bytes.AsSpan(at, noise));
                return bytes;
            case 4:
                descriptions.Add($"{name} ends at {at}");
                return bytes[..at];
            default:
                var from = random.Next(bytes.Length);
                var count = Math.Min(bytes.Length - Math.Max(at, from), random.Next(1, 9000));
                descriptions.Add($"{name} {count} bytes from {from} at {at}");
                bytes.AsSpan(from, count).CopyTo(bytes.AsSpan(at));
                return bytes;
        }
    }
}
