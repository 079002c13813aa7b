using EdgeStream.Gateway.Http;
using Microsoft.AspNetCore.Http;

namespace EdgeStream.Gateway.Tests.Http;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("127.0.0.1:8080", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("localhost", true)]
    [InlineData("PI.local:80", true)]
    [InlineData("barn", true)]
    [InlineData("gateway.example.org.", true)]
    [InlineData("edge.lan", true)]
    [InlineData("", true)]
    [InlineData("evil.example", false)]
    [InlineData("pi.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    public void Only_own_names_are_answered(string host, bool isAllowed) => Assert.Equal(
        isAllowed, new HostNames("pi", "barn", "gateway.example.org, edge.lan").IsAllowed(new HostString(host)));

    [Theory]
    [InlineData("/health")]
    [InlineData("/api/live")]
    [InlineData("/")]
    public async Task A_name_that_points_here_from_elsewhere_is_refused_everywhere(string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            GatewayUnderTest.Quiet + "http: {hosts: 'edge.lan'}\n");
        var (status, body) = await gateway.SendAsync(
            HttpMethod.Get, path, headers: [("Host", "evil.example"), ("Origin", "http://evil.example")]);
        Assert.Equal(421, status);
        Assert.Equal("unknown_host", body.GetProperty("error").GetProperty("code").GetString());
        (status, _) = await gateway.SendAsync(HttpMethod.Get, "/api/status", headers: ("Host", "edge.lan"));
        Assert.Equal(200, status);
    }
}
