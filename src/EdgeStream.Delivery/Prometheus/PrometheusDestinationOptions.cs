using System.Text;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>A server that takes Prometheus remote write, and how records become samples.</summary>
public sealed record PrometheusDestinationOptions : DestinationOptions
{
    /// <summary>How the path of a server's remote write ends where its query API is known from it: Prometheus and what
    /// is like it, then Mimir and Cortex.</summary>
    private static readonly (string Write, string Query)[] KnownPaths =
    [
        ("/api/v1/write", "/api/v1/query"), ("/api/v1/push", "/prometheus/api/v1/query"),
    ];

    /// <summary>The server's remote write, such as <c>http://host:9090/api/v1/write</c>.</summary>
    public required ServerLink Link { get; init; }

    /// <summary>The server's query API, which is asked for samples that it refuses: those that it has were sent before
    /// an answer was lost. Null: known from the URL where that ends with <c>/api/v1/write</c> or
    /// <c>/api/v1/push</c> (Mimir); empty for none.</summary>
    public string? QueryUrl { get; init; }

    /// <summary>Metrics, each with the path of its value; none for every number, true (1) and false (0) of the data,
    /// nested ones as <c>motor_rpm</c>.</summary>
    public NamedValues Metrics { get; init; } = NamedValues.None;

    /// <summary>What names of metrics begin with that are found in the data.</summary>
    public string MetricPrefix { get; init; } = "";

    /// <summary>Labels, each with the path of its value, or <c>{key}</c>, <c>{stream}</c> or <c>{shard}</c>; what is
    /// not there is left out.</summary>
    public NamedValues Labels { get; init; } = new(new KeyValuePair<string, string>("key", "{key}"));

    /// <summary>Labels with the same value in each sample.</summary>
    public NamedValues ConstantLabels { get; init; } = NamedValues.None;

    /// <summary>Whether a sample has the time when its record arrived, rather than the event's.</summary>
    public bool IsArrivalTime { get; init; }

    /// <summary>Records in one request at most.</summary>
    public int RequestRecords { get; init; } = 500;

    /// <summary>Bytes of the data in one request at most, but for a record that is larger alone.</summary>
    public long RequestBytes { get; init; } = 4 << 20;

    /// <inheritdoc/>
    public override string Kind => "prometheus";

    /// <inheritdoc/>
    public override bool NeedsOrder => true;

    /// <inheritdoc/>
    public override string Server => Link.Server;

    /// <inheritdoc/>
    public override string Target => Link.Place;

    /// <summary>Where samples are asked for; null for nowhere.</summary>
    internal Uri? QueryUri
    {
        get
        {
            var url = QueryUrl ?? KnownQuery(Link.Url.TrimEnd('/'));
            return url.Length == 0 ? null : new Uri(url);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        Link.Validate(errors);
        if (Link.Gzip)
        {
            errors.Add(new(nameof(ServerLink.Gzip), "is not for remote write, which is compressed with Snappy."));
        }

        if (QueryUrl is { Length: > 0 } query && ServerLink.UrlProblem(query) is { } problem)
        {
            errors.Add(new(nameof(QueryUrl), problem));
        }

        if (MetricPrefix.Length > 0 && !IsMetricName(MetricPrefix))
        {
            errors.Add(new(nameof(MetricPrefix), $"'{MetricPrefix}' begins no metric: {MetricRule}"));
        }

        foreach (var (name, _) in Metrics.Entries)
        {
            if (!IsMetricName(name))
            {
                errors.Add(new(nameof(Metrics), $"has '{name}', which is no metric: {MetricRule}"));
            }
        }

        AddLabelErrors(errors);
        return errors;
    }

    /// <inheritdoc/>
    public override IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
        new RequestDestination(new PrometheusTarget(this, wire), deliveryName);

    /// <summary>Like the record's own, but without secrets.</summary>
    public override string ToString() => $"{Kind} at {Link}";

    private const string MetricRule = "letters, digits, '_' and ':' are allowed, and no digit at the beginning.";

    private static string KnownQuery(string place)
    {
        foreach (var (write, query) in KnownPaths)
        {
            if (place.EndsWith(write, StringComparison.Ordinal))
            {
                return place[..^write.Length] + query;
            }
        }

        return "";
    }

    private static bool IsMetricName(string name) => IsName(name.Replace(':', '_'));

    private static bool IsName(string name)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '_')
            {
                return false;
            }
        }

        return name.Length is > 0 and <= 1024 && !char.IsAsciiDigit(name[0]);
    }

    private void AddLabelErrors(List<DefinitionError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in (ReadOnlySpan<NamedValues>)[Labels, ConstantLabels])
        {
            foreach (var (name, _) in list.Entries)
            {
                if (!IsName(name) || name.StartsWith("__", StringComparison.Ordinal))
                {
                    errors.Add(new(nameof(Labels), $"has '{name}', which is no label: letters, digits and '_' are "
                        + "allowed, no digit at the beginning, and not '__', which is the server's own."));
                }
                else if (!names.Add(name))
                {
                    errors.Add(new(nameof(Labels), $"has '{name}' twice."));
                }
            }
        }

        foreach (var (name, value) in ConstantLabels.Entries)
        {
            if (!IsUnicode(value))
            {
                errors.Add(new(nameof(Labels), $"has a value of '{name}' that is no Unicode."));
            }
        }
    }

    private static bool IsUnicode(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return text.Contains('\uFFFD', StringComparison.Ordinal);
            }
        }

        return true;
    }
}
