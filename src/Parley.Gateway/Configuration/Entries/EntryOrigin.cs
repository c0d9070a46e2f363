namespace Parley.Gateway.Configuration.Entries;

/// <summary>Where an entry of the catalogue comes from.</summary>
internal enum EntryOrigin
{
    /// <summary><c>file</c>: the configuration file.</summary>
    File,

    /// <summary><c>models_config</c>: the second catalogue.</summary>
    ModelsConfig,

    /// <summary><c>variables</c>: the environment.</summary>
    Variables,

    /// <summary><c>admin</c>: the admin API.</summary>
    Admin,
}
