using EdgeStream.Storage;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of <c>storage.encryption</c>.</summary>
internal static class EncryptionKeys
{
    /// <summary>So many keys may be in use at a time: what is older has been evicted.</summary>
    private const int CountMax = 16;

    public static readonly SchemaScalar Name = RequiredText("name",
        $"What the key is called: 1 to {EncryptionKey.NameLengthMax} letters, digits, '.', '_' and '-'. It stands "
            + "readable in every file that needs the key.");
    public static readonly SchemaScalar File = Text("file", null, "A file that holds the key.");
    public static readonly SchemaScalar Environment = Text("environment", null,
        "An environment variable that holds the key.");
    public static readonly SchemaScalar Credential = Text("credential", null,
        "A systemd credential that holds the key.");
    public static readonly SchemaScalar Use = Text("use", null,
        "The name of the key for new segments, or none, which leaves new segments readable. Default: the first.");
    public static readonly SchemaList List = new("keys",
        "The keys: the one for new segments, and those that older segments still need.",
        CountMax, Name, File, Environment, Credential);
    public static readonly SchemaSection Section = new("encryption",
        "Encryption of everything that is stored, with AES-256-GCM. Off without a key.", Use, List);
}
