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

    [Theory]
    [InlineData("a/b")]
    [InlineData("a+")]
    [InlineData("#")]
    public void A_denial_is_not_escaped_by_an_identifier_that_fits_into_no_filter(string clientId)
    {
        IMqttRights client = RightsOf(
            "eve",
            clientId,
            new MqttAccessRule { Topic = "private/%c/keys", Access = MqttTopicAccess.Nothing },
            new MqttAccessRule { Topic = "#" });
        Assert.False(client.MayPublish("private/a/b/keys"u8));
        Assert.False(client.MayReceive("private/x"u8));
        Assert.False(client.MaySubscribe("private/a/b/keys"u8));
        Assert.True(client.MayPublish("public"u8));
    }

    [Fact]
    public void A_denial_in_the_first_level_is_not_escaped_by_a_dollar_sign()
    {
        IMqttRights client = RightsOf(
            "eve",
            "$x/y",
            new MqttAccessRule { Topic = "%c", Access = MqttTopicAccess.Nothing },
            new MqttAccessRule { Topic = "$x/#" },
            new MqttAccessRule { Topic = "#" });
        Assert.False(client.MayPublish("$x/y"u8));
        Assert.False(client.MayPublish("a"u8));
    }

    [Fact]
    public void A_permission_for_an_identifier_that_fits_into_no_filter_permits_nothing()
    {
        IMqttRights client = RightsOf("eve", "+", new MqttAccessRule { Topic = "devices/%c" });
        Assert.False(client.MayPublish("devices/a"u8));
        Assert.False(client.MaySubscribe("devices/+"u8));
    }

    [Fact]
    public void A_denial_of_the_own_name_means_nothing_to_who_has_none()
    {
        IMqttRights client = RightsOf(
            null,
            new MqttAccessRule { Topic = "private/%u", Access = MqttTopicAccess.Nothing },
            new MqttAccessRule { Topic = "#" });
        Assert.True(client.MayReceive("private/eve"u8));
    }

    private static ClientRights RightsOf(string? user, params MqttAccessRule[] rules) => RightsOf(user, "c", rules);

    private static ClientRights RightsOf(string? user, string clientId, params MqttAccessRule[] rules) =>
        new(new MqttPasswordAuthenticator(null, new MqttAccessRules(rules)), user, clientId);
}
