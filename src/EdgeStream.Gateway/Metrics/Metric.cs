using System.Text;

namespace EdgeStream.Gateway.Metrics;

/// <summary>One metric: its name, type and meaning, as Prometheus is told them.</summary>
internal sealed class Metric
{
    private Metric(string name, string type, string help)
    {
        Name = name;
        Header = Encoding.UTF8.GetBytes($"# HELP {name} {help}\n# TYPE {name} {type}\n");
        NameBytes = Encoding.UTF8.GetBytes(name);
        Type = type;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary><c>counter</c> or <c>gauge</c>.</summary>
    public string Type { get; }

    /// <summary>The lines HELP and TYPE.</summary>
    public byte[] Header { get; }

    /// <summary>The name in UTF-8.</summary>
    public byte[] NameBytes { get; }

    /// <summary>A number that only grows while the gateway runs.</summary>
    public static Metric Counter(string name, string help) => new(name, "counter", help);

    /// <summary>A number that rises and falls.</summary>
    public static Metric Gauge(string name, string help) => new(name, "gauge", help);
}
