using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>A server of HTTP may have another name in its certificate than in its URL, where the delivery says
/// which.</summary>
public sealed class ServerNameTests
{
    private const string Name = "elsewhere.example";

    [Theory]
    [InlineData(null, SendOutcome.Retryable)]
    [InlineData("other.example", SendOutcome.Retryable)]
    [InlineData(Name, SendOutcome.Accepted)]
    public async Task A_certificate_must_have_the_name_that_was_given(string? name, SendOutcome expected)
    {
        await using var server = new HttpStandIn(static _ => new StandInAnswer(200, ""));
        using var folder = new TemporaryFolder("server-name");
        using var front = new LinkFront(Name);
        using var link = new FaultyLink(new Uri(server.Url).Port, front, new LinkPlan(1, [LinkFault.Delay]));
        link.Heal();
        var options = new HttpDestinationOptions
        {
            Link = new ServerLink
            {
                Url = $"https://localhost:{link.Port}/",
                Tls = new ServerTls { Authorities = folder.Write("ca.pem", front.Authority), ServerName = name },
            },
            Body = HttpBody.JsonLines,
        };
        using var item = new RecordObject(options, RecordObject.Numbers(1));
        Assert.Equal(expected, (await item.SendAsync()).Outcome);
    }

    [Fact]
    public async Task An_authority_that_nobody_trusts_stays_refused()
    {
        await using var server = new HttpStandIn(static _ => new StandInAnswer(200, ""));
        using var front = new LinkFront(Name);
        using var link = new FaultyLink(new Uri(server.Url).Port, front, new LinkPlan(1, [LinkFault.Delay]));
        link.Heal();
        var options = new HttpDestinationOptions
        {
            Link = new ServerLink
            {
                Url = $"https://localhost:{link.Port}/", Tls = new ServerTls { ServerName = Name },
            },
            Body = HttpBody.JsonLines,
        };
        using var item = new RecordObject(options, RecordObject.Numbers(1));
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Equal(0, link.Betrayals);
    }
}
