using System.Globalization;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>The most memory that no file stands behind that was seen of a gateway in all of its lives.</summary>
internal sealed class GatewayMemory
{
    private const double KiBPerMiB = 1024;

    /// <summary>The most so far, in MiB.</summary>
    public double MostMiB { get; private set; }

    /// <summary>Looks at a running process; what it has now, in MiB.</summary>
    public double Look(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status")
            .First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        var now = double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            / KiBPerMiB;
        MostMiB = Math.Max(MostMiB, now);
        return now;
    }
}
