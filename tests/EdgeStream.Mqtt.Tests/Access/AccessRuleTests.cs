namespace EdgeStream.Mqtt.Tests.Access;

public class AccessRuleTests
{
    [Fact]
    public void The_first_rule_that_speaks_of_the_operation_decides()
    {
        IMqttRights client = RightsOf(
            "eve",
            new MqttAccessRule { User = "eve", Topic = "a/b", Access = MqttTopicAccess.Publish },
            new MqttAccessRule { Topic = "a/#", Access = MqttTopicAccess.Nothing },
            new MqttAccessRule { User = "eve", Topic = "a/c" },
            new MqttAccessRule { Topic = "#", Access = MqttTopicAccess.Subscribe });
        Assert.True(client.MayPublish("a/b"u8));
        Assert.False(client.MayReceive("a/b"u8));
        Assert.False(client.MayPublish("a/c"u8));
        Assert.True(client.MayReceive("b"u8));
        Assert.False(client.MayPublish("b"u8));
    }

    [Fact]
    public void Rules_for_others_do_not_count()
    {
        MqttAccessRule[] rules =
        [
            new() { User = "adam", Topic = "#" },
            new() { User = MqttAccessRule.Anonymous, Topic = "public/#" },
        ];
        Assert.False(RightsOf("eve", rules).MayReceive("public/a"u8));
        Assert.True(RightsOf(null, rules).MayReceive("public/a"u8));
        Assert.True(RightsOf("adam", rules).MayReceive("x"u8));
    }

    [Fact]
    public void A_subscription_wider_than_the_right_is_granted_and_one_beside_it_is_not()
    {
        IMqttRights client = RightsOf(
            "eve",
            new MqttAccessRule { Topic = "secret/#", Access = MqttTopicAccess.Nothing },
            new MqttAccessRule { Topic = "+/%u", Access = MqttTopicAccess.Subscribe });
        Assert.True(client.MaySubscribe("#"u8));
        Assert.True(client.MaySubscribe("home/eve"u8));
        Assert.False(client.MaySubscribe("home/adam"u8));
        Assert.False(client.MaySubscribe("secret/eve"u8));
        Assert.False(client.MaySubscribe("secret/+"u8));
    }

    private static ClientRights RightsOf(string? user, params MqttAccessRule[] rules) =>
        new(new MqttPasswordAuthenticator(null, new MqttAccessRules(rules)), user, "c");
}
