using EdgeStream.Gateway.Config;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Config;

public sealed class KinesisConfigTests
{
    [Theory]
    [InlineData("kinesis: {enabled: true, address: 0.0.0.0}", "'address' is 0.0.0.0, where others can connect: "
        + "that needs "
        + "'credentials' for them to sign with")]
    [InlineData("kinesis: {accountId: \"12\"}", "'accountId' cannot be '12'; allowed: 12 digits, in quotation marks")]
    [InlineData("kinesis: {region: Here}", "'region' cannot be 'Here'; allowed: small letters, digits and '-'")]
    [InlineData("kinesis: {credentials: [{accessKeyId: a}]}", "the key 'a' needs exactly one of 'secretAccessKey' and "
        + "'secretAccessKeyFile'")]
    [InlineData("kinesis: {credentials: [{accessKeyId: a, secretAccessKeyFile: /nowhere/key}]}", "the secret in "
        + "/nowhere/key "
        + "cannot be read: ")]
    [InlineData("kinesis: {credentials: [{accessKeyId: a/b, secretAccessKey: s}]}", "'accessKeyId' cannot be "
        + "'a/b'; allowed: ")]
    [InlineData("kinesis: {tls: {certificate: /nowhere/a.pem, key: /nowhere/a.key}}", "/nowhere/a.pem: it cannot "
        + "be read: ")]
    [InlineData("kinesis: {requestBytesMax: 1MiB}", "'requestBytesMax' cannot be '1MiB'; allowed: 16MiB to ")]
    public void What_cannot_be_is_told_with_its_line(string yaml, string message)
    {
        var error = Assert.Throws<ConfigException>(() => ConfigText.Parse("node: {id: a}\n" + yaml)).Errors[0];
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Location.Line);
    }

    [Fact]
    public void A_secret_is_read_from_its_file()
    {
        using var folder = new TemporaryFolder("secret");
        var file = folder.Write("key", "s3cr3t\n");
        var config = ConfigText.Parse(
            "kinesis:\n  enabled: true\n  address: 0.0.0.0\n  credentials:\n    - accessKeyId: a\n"
                + $"      secretAccessKeyFile: {file}\n");
        Assert.Equal("s3cr3t", Assert.Single(config.Kinesis.Credentials).SecretAccessKey);
        Assert.Contains("everyone on this machine may read the secret", Assert.Single(config.Warnings),
            StringComparison.Ordinal);
    }
}
