using EdgeStream.Storage;

namespace EdgeStream.Gateway.Config;

/// <summary>Reads the keys that the logs are encrypted with, from files, the environment or systemd's credentials.
/// </summary>
internal sealed class EncryptionBinder(ConfigReader reader, Func<string, string?> environment)
{
    /// <summary>The word for new segments that are not encrypted.</summary>
    public const string UseNone = "none";

    private const string CredentialsVariable = "CREDENTIALS_DIRECTORY";

    /// <summary>The keys of the file; null where it names none. Errors go to the reader.</summary>
    public LogEncryption? Bind(ConfigValues root)
    {
        var section = root.Section(ConfigKeys.Storage.Section).Section(EncryptionKeys.Section);
        var items = section.List(EncryptionKeys.List) ?? [];
        var keys = new List<EncryptionKey>();
        var seen = new UniqueNames(reader, "key");
        foreach (var item in items)
        {
            if (seen.Add(item, EncryptionKeys.Name) && ReadKey(item) is { } key)
            {
                NoteTwin(item, key, keys);
                keys.Add(key);
            }
        }

        var use = section.TextOrNull(EncryptionKeys.Use)
            ?? (items.Count > 0 ? items[0].Text(EncryptionKeys.Name) : UseNone);
        if (use == UseNone)
        {
            return keys.Count == 0 ? null : new LogEncryption(keys, null);
        }

        var current = keys.Find(key => key.Name == use);
        if (current is null && !items.Any(item => item.Text(EncryptionKeys.Name) == use))
        {
            reader.Report(
                section.At(EncryptionKeys.Use),
                $"'use' is '{use}', and there is no such key; allowed: {UseNone}"
                    + string.Concat(items.Select(item => $", {item.Text(EncryptionKeys.Name)}")));
        }

        return new LogEncryption(keys, current);
    }

    private void NoteTwin(ConfigValues item, EncryptionKey key, List<EncryptionKey> others)
    {
        if (others.Find(other => other.Id == key.Id) is { } twin)
        {
            reader.Report(item.At(EncryptionKeys.Name), $"'{key.Name}' and '{twin.Name}' are the same key");
        }
    }

    private EncryptionKey? ReadKey(ConfigValues item)
    {
        var name = item.Text(EncryptionKeys.Name);
        if (name == UseNone)
        {
            reader.Report(
                item.At(EncryptionKeys.Name), $"no key may be named '{UseNone}': 'use: {UseNone}' means no key");
            return null;
        }

        SchemaScalar[] sources = [EncryptionKeys.File, EncryptionKeys.Environment, EncryptionKeys.Credential];
        var given = Array.FindAll(sources, item.Has);
        if (given.Length != 1)
        {
            reader.Report(item.Location,
                $"the key '{name}' needs exactly one of 'file', 'environment' and 'credential'");
            return null;
        }

        var source = given[0];
        var text = item.Text(source);
        var material = source == EncryptionKeys.File ? ReadFile(item, source, text, isCredential: false)
            : source == EncryptionKeys.Environment ? ReadVariable(item, source, text)
            : ReadCredential(item, source, text);
        if (material is null)
        {
            return null;
        }

        if (!EncryptionKey.TryMake(name, material, out var key, out var problem))
        {
            reader.Report(item.At(source), $"the key '{name}', from '{source.Name}': {problem}");
        }

        return key;
    }

    private byte[]? ReadVariable(ConfigValues item, SchemaScalar source, string name)
    {
        if (environment(name) is { Length: > 0 } text)
        {
            return System.Text.Encoding.UTF8.GetBytes(text);
        }

        reader.Report(item.At(source), $"the environment variable {name} is not set or empty; it should hold the key");
        return null;
    }

    private byte[]? ReadCredential(ConfigValues item, SchemaScalar source, string name)
    {
        if (Path.GetFileName(name) != name)
        {
            reader.Report(item.At(source), $"'{name}' is no credential's name: it has no folder");
            return null;
        }

        if (environment(CredentialsVariable) is { Length: > 0 } folder)
        {
            return ReadFile(item, source, Path.Combine(folder, name), isCredential: true);
        }

        reader.Report(item.At(source),
            $"there are no credentials: ${CredentialsVariable} is not set. Under systemd, "
                + $"LoadCredentialEncrypted={name} or LoadCredential={name}:/path in the service sets it");
        return null;
    }

    private byte[]? ReadFile(ConfigValues item, SchemaScalar source, string path, bool isCredential)
    {
        try
        {
            if (KeyFile.IsOpenToOthers(path) && !isCredential)
            {
                reader.Warn(
                    item.At(source), $"everyone on this machine may read the key in {path}: chmod o-rwx {path}");
            }

            return KeyFile.Read(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reader.Report(item.At(source), $"the key in {path} cannot be read: {error.Message}");
            return null;
        }
    }
}
