using System.Net;
using System.Text.RegularExpressions;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>What machines ask: health for the watchdog, metrics for Prometheus.</summary>
public sealed partial class HealthAndMetricsTests
{
    [Fact]
    public async Task A_sound_gateway_is_healthy_and_every_check_says_what_it_saw()
    {
        await using var world = await GatewayWorld.StartAsync("health");

        using var response = await world.Api.GetAsync("/health");
        var body = await world.Api.GetJsonAsync("/health");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("healthy", body.GetProperty("status").GetString());
        Assert.All(body.GetProperty("checks").EnumerateArray(), check =>
        {
            Assert.Equal("healthy", check.GetProperty("status").GetString());
            Assert.NotEmpty(check.GetProperty("name").GetString()!);
            Assert.NotEmpty(check.GetProperty("detail").GetString()!);
        });
    }

    [Fact]
    public async Task Metrics_are_prometheus_text_and_count_what_was_published()
    {
        await using var world = await GatewayWorld.StartAsync("metrics");
        (await world.PublishAsync("site/kitchen", "1")).OrThrow();
        (await world.PublishAsync("site/kitchen", "2")).OrThrow();
        await world.RecordsAsync("readings", 2);

        using var response = await world.Api.GetAsync("/metrics");
        var text = await response.Content.ReadAsStringAsync();

        var contentType = response.Content.Headers.ContentType!.ToString();
        Assert.StartsWith("text/plain; version=0.0.4", contentType, StringComparison.Ordinal);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches(Line(), line));
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var types = lines
            .Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[2])
            .ToArray();
        Assert.Equal(types.Distinct(), types);
        Assert.Contains(lines, line => ReadingsAppended().IsMatch(line));
    }

    private const string Comment = "# (HELP|TYPE) [a-z_:][a-z0-9_:]* .+";
    private const string Labels = """\{([a-z_][a-z0-9_]*="(\\.|[^"\\])*",?)*\}""";
    private const string Sample = $"[a-z_:][a-z0-9_:]*({Labels})? (-?[0-9.e+-]+|NaN|[+-]Inf)";

    [GeneratedRegex($"^({Comment}|{Sample})$")]
    private static partial Regex Line();

    [GeneratedRegex("""^edgestream_\S*append\S*\{[^}]*"readings"[^}]*\} 2$""")]
    private static partial Regex ReadingsAppended();
}
