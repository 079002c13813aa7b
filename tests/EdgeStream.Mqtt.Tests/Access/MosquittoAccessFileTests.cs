using System.Text;

namespace EdgeStream.Mqtt.Tests.Access;

public class MosquittoAccessFileTests
{
    private const string Text = """
        # Clients without a name come first.
        topic read public/#
        user alice
        topic home/+/light
        topic read $SYS/#
        topic deny home/attic/light
        topic write drop box
        user bob
        topic readwrite #

        pattern write devices/%u/data
        pattern deny devices/%u/data/raw
        pattern read clients/%c/#
        """;

    [Theory]
    [InlineData(null, "public/a", "r")]
    [InlineData(null, "home/hall/light", "")]
    [InlineData(null, "devices//data", "")]
    [InlineData("alice", "public/a", "")]
    [InlineData("alice", "home/hall/light", "rw")]
    [InlineData("alice", "home/attic/light", "")]
    [InlineData("alice", "$SYS/uptime", "r")]
    [InlineData("alice", "drop box", "w")]
    [InlineData("alice", "devices/alice/data", "w")]
    [InlineData("alice", "devices/bob/data", "")]
    [InlineData("alice", "clients/c1/x", "r")]
    [InlineData("alice", "clients/c2/x", "")]
    [InlineData("bob", "anything/else", "rw")]
    [InlineData("bob", "$SYS/uptime", "")]
    [InlineData("bob", "devices/bob/data/raw", "rw")] // A user's own lines count before patterns.
    [InlineData("nobody", "devices/nobody/data", "w")]
    public void The_file_means_what_it_means_to_mosquitto(string? user, string topic, string rights)
    {
        var problems = new List<MqttFileProblem>();
        IMqttRights client = RightsOf(MosquittoAccessFile.Parse(Text, problems), user, "c1");
        Assert.Empty(problems);
        byte[] bytes = Encoding.UTF8.GetBytes(topic);
        string actual = (client.MayReceive(bytes) ? "r" : "") + (client.MayPublish(bytes) ? "w" : "");
        Assert.Equal(rights, actual);
    }

    [Theory]
    [InlineData("alice", "home/#", true)]
    [InlineData("alice", "home/attic/light", false)]
    [InlineData("alice", "#", true)]
    [InlineData("alice", "drop box", false)]
    [InlineData("alice", "public/#", false)]
    [InlineData(null, "public/+/x", true)]
    [InlineData(null, "home/#", false)]
    public void A_subscription_is_granted_where_something_of_it_may_be_received(
        string? user, string filter, bool isGranted)
    {
        IMqttRights client = RightsOf(MosquittoAccessFile.Parse(Text, []), user, "c1");
        Assert.Equal(isGranted, client.MaySubscribe(Encoding.UTF8.GetBytes(filter)));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("+")]
    [InlineData("#")]
    public void A_name_with_separators_or_wildcards_is_put_into_no_pattern(string name)
    {
        IMqttRights client = RightsOf(MosquittoAccessFile.Parse("pattern readwrite d/%u/#\n", []), name, "c");
        Assert.False(client.MayPublish(Encoding.UTF8.GetBytes($"d/{name}/x")));
        Assert.False(client.MayReceive("d/other/x"u8));
    }

    [Fact]
    public void Wrong_lines_are_named_and_left_out()
    {
        var problems = new List<MqttFileProblem>();
        MqttAccessRules rules = MosquittoAccessFile.Parse(
            "topic read a\ntopic\nuser\ntopic read a#\npattern a/#/b\nacl x\n", problems);
        Assert.Equal([2, 3, 4, 5, 6], problems.Select(problem => problem.Line));
        Assert.Equal(1, rules.Count);
    }

    [Fact]
    public void Rules_that_are_replaced_count_at_once()
    {
        using var authenticator = new MqttPasswordAuthenticator(null, MosquittoAccessFile.Parse("topic read a\n", []));
        IMqttRights client = new ClientRights(authenticator, null, "c");
        Assert.True(client.MayReceive("a"u8));
        authenticator.Rules = MosquittoAccessFile.Parse("topic read b\n", []);
        Assert.False(client.MayReceive("a"u8));
        authenticator.Rules = null;
        Assert.True(client.MayReceive("a"u8));
    }

    private static ClientRights RightsOf(MqttAccessRules rules, string? user, string clientId) =>
        new(new MqttPasswordAuthenticator(null, rules), user, clientId);
}
