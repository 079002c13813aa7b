using System.Text;
using EdgeStream.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Devices.Tests;

/// <summary>One route and what it makes of messages, by the code that ingest runs.</summary>
internal sealed class DialectUnderTest(RouteDefinition route, DialectMemory? memory = null)
{
    /// <summary>2026-03-01T12:00:00Z.</summary>
    internal static readonly Timestamp Now = Timestamp.FromUnixMilliseconds(1_772_366_400_000);

    private readonly RouteExplainer _explainer = new(
        new Router([route]), memory ?? new DialectMemory(null, null, NullLogger<DialectMemory>.Instance));

    internal static DialectUnderTest Of(string dialect, string topic = "#") => new(Route(dialect, topic));

    internal static RouteDefinition Route(string dialect, string topic = "#") =>
        new() { Topic = topic, Dialect = dialect, Key = "device", Time = "dialect" };

    internal Explanation Explain(string topic, ReadOnlySpan<byte> payload, Timestamp? now = null) =>
        _explainer.Explain("client-1", Encoding.UTF8.GetBytes(topic), payload, now ?? Now);

    /// <summary>The records of a message: <c>device @ time quality: data</c>.</summary>
    internal string[] Read(string topic, ReadOnlySpan<byte> payload, Timestamp? now = null)
    {
        var explanation = Explain(topic, payload, now);
        Assert.Null(explanation.Problem);
        return [.. explanation.Records.Select(record =>
            $"{record.Device} @ {record.EventTime?.ToString() ?? "-"} {record.TimeQuality}: {record.Data}")];
    }

    internal string[] Read(string topic, string payload, Timestamp? now = null) =>
        Read(topic, Encoding.UTF8.GetBytes(payload), now);

    /// <summary>The data of the only record.</summary>
    internal string Data(string topic, string payload) =>
        Assert.Single(Explain(topic, Encoding.UTF8.GetBytes(payload)).Records).Data;

    /// <summary>Why a message goes to the dead letters.</summary>
    internal string Refuse(string topic, ReadOnlySpan<byte> payload)
    {
        var explanation = Explain(topic, payload);
        Assert.Empty(explanation.Records);
        return Assert.IsType<string>(explanation.Problem);
    }

    internal string Refuse(string topic, string payload) => Refuse(topic, Encoding.UTF8.GetBytes(payload));
}
