using System.Diagnostics;
using System.IO.Compression;

namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>The compressor and nothing else on the same bytes.</summary>
internal static class CompressorAlone
{
    /// <summary>Compresses each file by itself; processor seconds of this process.</summary>
    public static double Measure(IReadOnlyList<string> files, CompressionLevel level)
    {
        var contents = files.Select(File.ReadAllBytes).ToList();
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        foreach (var content in contents)
        {
            using var gzip = new GZipStream(Stream.Null, level);
            gzip.Write(content);
        }

        self.Refresh();
        return (self.TotalProcessorTime - before).TotalSeconds;
    }
}
