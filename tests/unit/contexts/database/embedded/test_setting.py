"""Settings fit the machine and can be read off."""

from __future__ import annotations

from pathlib import Path

from forbear.contexts.database.embedded import setting


class TestMemory:
    def test_a_small_container_gets_a_quarter_for_buffers(self, tmp_path, monkeypatch):
        limit = tmp_path / "memory.max"
        limit.write_text(f"{200 << 20}\n")
        monkeypatch.setattr(setting, "_CGROUP_LIMITS", (limit,))

        found = setting.settings_for(tmp_path)

        assert found["shared_buffers"] == "50MB"
        assert found["maintenance_work_mem"] == "16MB"

    def test_a_large_machine_stays_modest(self, tmp_path, monkeypatch):
        monkeypatch.setattr(setting, "memory_bytes", lambda: 1 << 40)

        assert setting.settings_for(tmp_path)["shared_buffers"] == "128MB"

    def test_no_limit_means_the_machines_memory(self, tmp_path, monkeypatch):
        word = tmp_path / "memory.max"
        word.write_text("max\n")
        monkeypatch.setattr(setting, "_CGROUP_LIMITS", (word, tmp_path / "missing"))

        assert setting.memory_bytes() > 64 << 20


class TestSharedMemory:
    def test_files_serve_where_it_is_missing(self, tmp_path):
        assert setting.shared_memory_type(tmp_path / "missing") == "mmap"

    def test_files_serve_where_it_is_small(self, tmp_path, monkeypatch):
        monkeypatch.setattr(setting, "_SHARED_MEMORY_MIB_MIN", 1 << 40)

        assert setting.shared_memory_type(tmp_path) == "mmap"

    def test_a_roomy_one_is_used(self, tmp_path, monkeypatch):
        monkeypatch.setattr(setting, "_SHARED_MEMORY_MIB_MIN", 0)

        assert setting.shared_memory_type(tmp_path) == "posix"


class TestOptions:
    def test_they_are_one_switch_each_and_changes_win(self):
        options = setting.as_options(setting.settings_for(Path("s"), {"fsync": "off"}))

        assert options[::2] == ["-c"] * (len(options) // 2)
        assert "fsync=off" in options
        assert "fsync=on" not in options
        assert "listen_addresses=" in options
