namespace EdgeStream.Mqtt.Tests.Access;

public class PasswordHashTests
{
    /// <summary>As mosquitto_passwd of Mosquitto 2.0 writes them, for the password "secret".</summary>
    private const string OfMosquitto7 =
        "$7$101$hFGn1UAUFVLJ3Bwa$GRsVYPH71hbKyLY+4TH2pDaltsJUgUl3HzFyXAf+qD/96IkMyGxsag3YXAWMudjSkyajhrDtglL5gj+4r70RsQ"
        + "==";

    private const string OfMosquitto6 =
        "$6$Lr+Yo+moI7/YzFmr$dMXOUQAQpemNnKskfnDeQ1ZEfeQnHirSSDJ71bPxoTJCkn/e0jHrT2LTP1IKdUrjJF0rK1onoSA0TYfWWt1tJA==";

    [Theory]
    [InlineData(OfMosquitto7)]
    [InlineData(OfMosquitto6)]
    public void A_hash_of_mosquitto_verifies_its_password_and_no_other(string text)
    {
        Assert.True(MqttPasswordHash.TryParse(text, out MqttPasswordHash? hash, out _));
        Assert.True(hash.Verify("secret"u8));
        Assert.False(hash.Verify("Secret"u8));
        Assert.False(hash.Verify(""u8));
        Assert.Equal(text, hash.ToString());
    }

    [Fact]
    public void A_new_hash_has_a_salt_of_its_own_and_can_be_read_back()
    {
        var first = MqttPasswordHash.Create("pass"u8, 10);
        var second = MqttPasswordHash.Create("pass"u8, 10);
        Assert.NotEqual(first.ToString(), second.ToString());
        Assert.StartsWith("$7$10$", first.ToString(), StringComparison.Ordinal);
        Assert.True(MqttPasswordHash.TryParse(first.ToString(), out MqttPasswordHash? read, out _));
        Assert.True(read.Verify("pass"u8));
    }

    [Theory]
    [InlineData("secret", "not hashed")]
    [InlineData("", "not hashed")]
    [InlineData("$7$0$AAAA$AAAA", "number of iterations")]
    [InlineData("$7$99999999$AAAA$AAAA", "number of iterations")]
    [InlineData("$7$1$AAAA$AAAA", "64 bytes")]
    [InlineData("$6$****$AAAA", "base64")]
    [InlineData("$5$AAAA$AAAA", "not hashed")]
    public void What_is_no_hash_is_told(string text, string problem)
    {
        Assert.False(MqttPasswordHash.TryParse(text, out _, out string? actual));
        Assert.Contains(problem, actual, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_keeps_good_lines_and_names_the_others()
    {
        var problems = new List<MqttFileProblem>();
        string hash = MqttPasswordHash.Create("x"u8, 1).ToString();
        var users = MqttUserList.Parse($"# who\n\na:{hash}\r\nb\n:{hash}\na:{hash}\nc:{hash}\n", problems);
        Assert.Equal(["a", "c"], users.Names);
        Assert.Equal([4, 5, 6], problems.Select(problem => problem.Line));
        Assert.Contains("the first is in line 3", problems[2].Message, StringComparison.Ordinal);
    }
}
