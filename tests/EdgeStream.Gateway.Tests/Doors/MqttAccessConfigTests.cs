using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Doors;

public sealed class MqttAccessConfigTests
{
    [Fact]
    public void Rules_stand_in_their_order()
    {
        var rules = ConfigText.Parse("""
            mqtt:
              access:
                - {user: dashboard, topic: "#", may: subscribe}
                - {topic: secret/#, may: nothing}
                - {topic: devices/%u/#}
            """).MqttAccess.Rules;
        Assert.Equal(
            [
                new MqttAccessRule { User = "dashboard", Topic = "#", Access = MqttTopicAccess.Subscribe },
                new MqttAccessRule { Topic = "secret/#", Access = MqttTopicAccess.Nothing },
                new MqttAccessRule { Topic = "devices/%u/#" },
            ],
            rules!);
    }

    [Fact]
    public void Each_wrong_line_of_a_file_is_named_in_the_file()
    {
        using var folder = new TemporaryFolder();
        var users = folder.Write("users", $"# users\n\npump:{MqttPasswordHash.Create("x"u8, 1)}\nplain:secret\n");
        var rules = folder.Write("acl", "user pump\ntopic read a/#/b\ntopics write a\n");
        var errors = ConfigText.Errors($"mqtt: {{passwordFile: {users}, aclFile: {rules}}}");
        Assert.Equal(3, errors.Count);
        Assert.Contains(errors, error => error.StartsWith($"{users}:4:1: the password is not hashed"));
        Assert.Contains(errors, error => error.StartsWith($"{rules}:2:1: 'a/#/b' is no topic filter"));
        Assert.Contains(errors, error => error.StartsWith($"{rules}:3:1: 'topics write a' is no rule"));
    }

    [Fact]
    public void Rules_stand_in_one_place_only()
    {
        using var folder = new TemporaryFolder();
        var rules = folder.Write("acl", "topic read a\n");
        Assert.Contains(
            "exclude each other", ConfigText.Error($"mqtt: {{aclFile: {rules}, access: [{{topic: a}}]}}"));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named_where_it_stands() =>
        Assert.StartsWith(
            "test.yaml:2:17: /no/users: it cannot be read", ConfigText.Error("mqtt:\n  passwordFile: /no/users\n"));
}
