namespace EdgeStream.Storage.Tests;

/// <summary>Keys that every test has, and a search for what they should hide.</summary>
internal static class TestKeys
{
    public static EncryptionKey Old { get; } = Make("2025", 1);

    public static EncryptionKey New { get; } = Make("2026", 2);

    public static LogEncryption OnlyOld { get; } = new([Old], Old);

    public static LogEncryption Rotated { get; } = new([New, Old], New);

    public static LogEncryption OnlyNew { get; } = new([New], New);

    public static LogEncryption SwitchedOffOld { get; } = new([Old], null);

    public static LogEncryption BackToOld { get; } = new([New, Old], Old);

    public static LogEncryption SwitchedOff { get; } = new([New, Old], null);

    public static EncryptionKey Make(string name, byte seed)
    {
        var material = new byte[EncryptionKey.SizeBytes];
        for (var i = 0; i < material.Length; i++)
        {
            material[i] = (byte)(seed + (7 * i));
        }

        Assert.True(EncryptionKey.TryMake(name, material, out var key, out var problem), problem);
        return key;
    }
}
