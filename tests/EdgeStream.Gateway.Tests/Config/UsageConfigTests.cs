using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Tests.Config;

/// <summary>The keys of what a delivery may use of its link.</summary>
public class UsageConfigTests
{
    [Fact]
    public void All_keys_are_read_and_a_single_window_needs_no_list()
    {
        var link = LinkOf(
            "{breakerFailures: 3, bytesPerSecond: 64KB, bytesPerMonth: 500MB, "
            + "windows: ['22:00-06:00', 'sat-sun 00:00-24:00'], timeZone: Europe/Berlin}");
        Assert.Equal(
            new DeliveryLinkOptions
            {
                BreakerFailures = 3, BytesPerSecond = 64_000, BytesPerMonth = 500_000_000,
                Windows = new WindowList(["22:00-06:00", "sat-sun 00:00-24:00"]), TimeZone = "Europe/Berlin",
            },
            link);
        Assert.Equal(new WindowList(["22:00-06:00"]), LinkOf("""{windows: "22:00-06:00"}""").Windows);
        Assert.Equal(new DeliveryLinkOptions(), LinkOf("{windows: []}"));
    }

    [Fact]
    public void The_waits_between_attempts_can_be_set()
    {
        var retry = Assert.Single(ConfigText.Parse(Yaml("{retryWithin: 5m, probeWithin: 10s}")).Deliveries).Retry;
        Assert.Equal(
            new RetryOptions { CapDelay = TimeSpan.FromMinutes(5), ProbeCapDelay = TimeSpan.FromSeconds(10) }, retry);
        Assert.Equal(new RetryOptions(), Assert.Single(ConfigText.Parse(Yaml("{}")).Deliveries).Retry);
    }

    [Theory]
    [InlineData("{retryWithin: 100ms}", ":5:25:", "'retryWithin' cannot be '100ms'")]
    [InlineData("{bytesPerSecond: 10}", ":5:28:", "'bytesPerSecond' cannot be '10'")]
    [InlineData("{bytesPerMonth: 1KB}", ":5:27:", "'bytesPerMonth' cannot be '1KB'")]
    [InlineData("{breakerFailures: -1}", ":5:29:", "'breakerFailures' cannot be '-1'")]
    [InlineData("{windows: [\"22:00\"]}", ":5:", "'windows' has '22:00', which is not a window such as")]
    [InlineData("{windows: [{a: 1}]}", ":5:", "'windows' must be a single value")]
    [InlineData("{timeZone: Europe/Atlantis}", ":5:22:", "'timeZone' 'Europe/Atlantis' is no time zone")]
    [InlineData("{window: x}", ":5:", "unknown key 'window' in 'link'; did you mean 'windows'?")]
    public void What_is_wrong_is_named_with_its_line(string link, string place, string message)
    {
        var error = ConfigText.Error(Yaml(link));
        Assert.Contains(place, error);
        Assert.Contains(message, error);
    }

    [Fact]
    public void A_folder_has_no_link()
    {
        var error = ConfigText.Error(
            """
            deliveries:
              - name: files
                link: {bytesPerSecond: 64KB}
                folder: {}
            """);
        Assert.Contains(":3:", error);
        Assert.Contains("a 'folder' has no link", error);
    }

    private static DeliveryLinkOptions LinkOf(string link) =>
        Assert.Single(ConfigText.Parse(Yaml(link)).Deliveries).Link;

    private static string Yaml(string link) =>
        $"""
        deliveries:
          - name: up
            http:
              url: http://127.0.0.1:9/
            link: {link}
        """;
}
