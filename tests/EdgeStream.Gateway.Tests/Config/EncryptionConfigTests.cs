using System.Runtime.Versioning;
using EdgeStream.Gateway.Config;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Config;

public sealed class EncryptionConfigTests
{
    private const string Hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const string OtherHex = "f00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    [Fact]
    public void Encryption_is_off_unless_there_is_a_key()
    {
        Assert.Null(ConfigText.Parse("").Encryption);
        Assert.Null(ConfigText.Parse("storage: {encryption: {keys: []}}\n").Encryption);
        Assert.Null(ConfigText.Parse("storage: {encryption: {use: none}}\n").Encryption);
    }

    [Fact]
    public void Keys_come_from_files_the_environment_and_credentials_and_the_first_is_used()
    {
        using var folder = new TemporaryFolder("keys");
        var file = folder.Write("old", Hex + "\n");
        File.WriteAllBytes(folder.Combine("raw"), Convert.FromHexString("AB" + Hex[2..]));
        var config = Parse(
            $$"""
            storage:
              encryption:
                keys:
                  - {name: new, environment: KEY}
                  - {name: old, file: "{{file}}"}
                  - {name: oldest, credential: raw}
            """,
            folder.Path);
        Assert.Equal(["new", "old", "oldest"], config.Encryption!.Keys.Select(key => key.Name));
        Assert.Equal("new", config.Encryption.Current?.Name);
        Assert.Equal(3, config.Encryption.Keys.Select(key => key.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("b", "b")]
    [InlineData("none", null)]
    public void Another_key_or_none_can_be_chosen_for_new_segments(string use, string? expected)
    {
        using var folder = new TemporaryFolder("keys");
        var file = folder.Write("b", Hex);
        var config = Parse(
            $$$"""
            storage: {encryption: {use: {{{use}}}, keys: [{name: a, environment: KEY}, {name: b, file: "{{{file}}}"}]}}
            """);
        Assert.Equal(expected, config.Encryption!.Current?.Name);
    }

    [Fact]
    public void A_key_cannot_have_the_name_that_means_none()
    {
        var error = Assert.Throws<ConfigException>(
            () => Parse("storage: {encryption: {keys: [{name: none, environment: KEY}]}}\n"));
        Assert.Contains("no key may be named 'none'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_names_its_place_and_what_to_do()
    {
        using var folder = new TemporaryFolder("keys");
        var shorter = folder.Write("short", Hex[2..]);
        var twin = folder.Write("twin", OtherHex);
        var refused = Assert.Throws<ConfigException>(() => Parse(
            $$"""
            storage:
              encryption:
                use: none-of-them
                keys:
                  - {name: a, environment: MISSING}
                  - {name: b, file: /no/such/file}
                  - {name: c, credential: c}
                  - {name: d, file: "{{shorter}}"}
                  - {name: e}
                  - {name: f, file: x, environment: KEY}
                  - {name: "g g", environment: KEY}
                  - {name: h, environment: KEY}
                  - {name: i, file: "{{twin}}"}
                  - {name: a, environment: KEY}
            """));
        string[] expected =
        [
            "test.yaml:3:10: 'use' is 'none-of-them', and there is no such key; allowed: none, a, b",
            "test.yaml:5:32: the environment variable MISSING is not set or empty; it should hold the key",
            "test.yaml:6:25: the key in /no/such/file cannot be read: ",
            "test.yaml:7:31: there are no credentials: $CREDENTIALS_DIRECTORY is not set.",
            "test.yaml:8:25: the key 'd', from 'file': a key is 32 bytes, or 64 hexadecimal digits",
            "test.yaml:9:9: the key 'e' needs exactly one of 'file', 'environment' and 'credential'",
            "test.yaml:10:9: the key 'f' needs exactly one of",
            "test.yaml:11:36: the key 'g g', from 'environment': the name of a key is 1 to 55 letters",
            "test.yaml:13:16: 'i' and 'h' are the same key",
            "test.yaml:14:16: the key 'a' stands twice; the first is in line 5",
        ];
        Assert.Equal(expected.Length, refused.Errors.Count);
        Assert.All(expected.Zip(refused.Errors), pair =>
            Assert.StartsWith(pair.First, pair.Second.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(Hex[2..], refused.Message);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_key_that_everyone_may_read_is_a_warning()
    {
        using var folder = new TemporaryFolder("keys");
        var file = folder.Write("open", Hex);
        var yaml = $$$"""storage: {encryption: {keys: [{name: a, file: "{{{file}}}"}]}}""";
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains($"chmod o-rwx {file}", Assert.Single(Parse(yaml).Warnings));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Empty(Parse(yaml).Warnings);
    }

    [Fact]
    public void What_is_far_too_long_to_be_a_key_is_not_read()
    {
        using var folder = new TemporaryFolder("keys");
        var file = folder.Write("long", new string('a', 5000));
        var refused = Assert.Throws<ConfigException>(
            () => Parse($$$"""storage: {encryption: {keys: [{name: a, file: "{{{file}}}"}]}}"""));
        Assert.Contains("more than 1024 bytes", Assert.Single(refused.Errors).ToString());
    }

    private static GatewayConfig Parse(string yaml, string? credentials = null) =>
        ConfigLoader.Parse(yaml, "test.yaml", ConfigText.Context with
        {
            Environment = name => name switch
            {
                "KEY" => OtherHex,
                "CREDENTIALS_DIRECTORY" => credentials,
                _ => null,
            },
        });
}
