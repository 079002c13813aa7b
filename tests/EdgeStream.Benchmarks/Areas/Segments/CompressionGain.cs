namespace EdgeStream.Benchmarks.Areas.Segments;

/// <summary>What compressing sealed segments brings and costs.</summary>
/// <param name="Ratio">Bytes before, divided by bytes after.</param>
/// <param name="MegabytesPerSecond">How fast it went, verifying included.</param>
/// <param name="PlainScanRate">Records read a second before.</param>
/// <param name="CompressedScanRate">Records read a second after.</param>
internal readonly record struct CompressionGain(
    double Ratio, double MegabytesPerSecond, double PlainScanRate, double CompressedScanRate);
